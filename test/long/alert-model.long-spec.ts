process.env.OJU_TEST_TIMES_AS_MANY = '8';
// The same property as in `npm test`; read before it would be without this.
jest.requireActual('../integration/alert-model.int-spec.js');
