import { runCli } from './run-cli.js';

describe('An error that nobody expects', () => {
  it('is told by the command without the secrets of its configuration', async () => {
    const secret = 'correct-horse-battery';
    const told: string[] = [];
    const exitCode = await runCli(
      ['user', 'create', '--email', 'a@b.example', '--role', 'viewer'],
      {
        out: (line) => told.push(line),
        err: (line) => told.push(line),
        stdin: () => Promise.resolve(''),
        config: {
          env: {
            LOG_LEVEL: 'error',
            OJU_ADMIN_EMAIL: 'a@b.example',
            OJU_ADMIN_PASSWORD: secret,
            // No folder can be made there.
            DATABASE_URL: `sqlite:/dev/null/${secret}/oju.sqlite`,
          },
        },
      },
    );
    expect(exitCode).toBe(1);
    expect(told.join('\n')).toContain('/dev/null/[redacted]/');
    expect(told.join('\n')).not.toContain(secret);
  });
});
