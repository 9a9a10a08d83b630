import { vendorFromForm } from './vendor-form.rules';

describe('a posted vendor form', () => {
  it('means the JSON body of the same fields, with nothing trimmed', () => {
    expect(
      vendorFromForm({ _csrf: 'x', name: ' Dr.Web', contact: 'a\r\nb', comments: '' }),
    ).toEqual({ name: ' Dr.Web', contact: 'a\nb', comments: '' });
  });

  it('leaves out what was not sent, and passes on what no browser sends', () => {
    expect(vendorFromForm({ name: ['a', 'b'] })).toEqual({ name: ['a', 'b'] });
  });
});
