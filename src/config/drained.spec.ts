import { drained } from './drained.js';

describe('what a stopping process has on its way', () => {
  it('is waited for, and known to have ended', async () => {
    await expect(drained(Promise.resolve())).resolves.toBe(true);
    await expect(drained(Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  });
});
