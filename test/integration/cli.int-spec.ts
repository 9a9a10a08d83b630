import { DataSource } from 'typeorm';
import { ApiTokenService } from '../../src/access/api-token.service.js';
import { UserService } from '../../src/access/user.service.js';
import type { CommandIo } from '../../src/cli/command-io.js';
import { withContext } from '../../src/cli/context.js';
import { runCli } from '../../src/cli/run-cli.js';
import { MIGRATIONS } from '../../src/database/migrations.js';
import { describeOnEachEmptyDatabase } from '../support/databases.js';

interface Outcome {
  exitCode: number;
  out: string[];
  err: string[];
}

describeOnEachEmptyDatabase('the oju command', (database) => {
  const ioOf = (outcome: Outcome, stdin = ''): CommandIo => ({
    out: (line) => outcome.out.push(...line.split('\n')),
    err: (line) => outcome.err.push(...line.split('\n')),
    stdin: () => Promise.resolve(stdin),
    config: { env: { LOG_LEVEL: 'debug', ...database().env } },
  });
  const oju = async (command: string, stdin = ''): Promise<Outcome> => {
    const outcome: Outcome = { exitCode: -1, out: [], err: [] };
    outcome.exitCode = await runCli(command.split(' '), ioOf(outcome, stdin));
    return outcome;
  };
  const inside = <T>(work: (users: UserService, tokens: ApiTokenService) => Promise<T>) =>
    withContext(ioOf({ exitCode: 0, out: [], err: [] }), (context) =>
      work(context.get(UserService), context.get(ApiTokenService)),
    );

  it('migrates, names what it did, and does nothing the second time', async () => {
    const first = await oju('migrate');
    const second = await oju('migrate');

    expect(first.exitCode).toBe(0);
    expect(first.out).toEqual(MIGRATIONS.map((migration) => migration.name));
    expect(second).toMatchObject({ exitCode: 0, out: [] });
  });

  it('makes a user with a password from standard input', async () => {
    const password = ' a long enough password ';
    const made = await oju(
      'user create --email Ada@example.com --role analyst --password-stdin',
      `${password}\n`,
    );

    expect(made).toEqual({ exitCode: 0, out: ['Made the analyst ada@example.com.'], err: [] });
    expect(await inside((users) => users.authenticate('ada@example.com', password))).toMatchObject({
      role: 'analyst',
    });
  });

  it('makes a user with a password of its own, shown once', async () => {
    const made = await oju('user create --email own@example.com --role viewer');
    const password = made.out.at(-1)?.split(': ')[1] ?? '';

    expect(made.exitCode).toBe(0);
    expect(password).toMatch(/^[\w-]{24}$/);
    expect(await inside((users) => users.authenticate('own@example.com', password))).not.toBeNull();
  });

  it('resets a password', async () => {
    await oju(
      'user create --email reset@example.com --role viewer --password-stdin',
      'before before',
    );
    const reset = await oju(
      'user reset --email reset@example.com --password-stdin',
      'after after after',
    );

    expect(reset.exitCode).toBe(0);
    await inside(async (users) => {
      expect(await users.authenticate('reset@example.com', 'before before')).toBeNull();
      expect(await users.authenticate('reset@example.com', 'after after after')).not.toBeNull();
    });
  });

  it('takes a password away, for a user whom an OpenID provider may take over', async () => {
    const create = 'user create --email sso@example.com --role viewer --password-stdin';
    await oju(create, 'before before');
    const taken = await oju('user reset --email SSO@example.com --without-password');

    expect(taken).toMatchObject({ exitCode: 0, err: [] });
    expect(taken.out).toEqual([
      'sso@example.com has no password any more and is signed out everywhere.',
    ]);
    await inside(async (users) => {
      for (const password of ['before before', '']) {
        expect(await users.authenticate('sso@example.com', password)).toBeNull();
      }
    });
    const both = await oju(
      'user reset --email sso@example.com --without-password --password-stdin',
    );
    expect(both.exitCode).toBe(1);
    const nobody = await oju('user reset --email nobody@example.com --without-password');
    expect(nobody.err).toEqual(['oju: There is no user with this email address.']);
  });

  it('prints a token alone on the last line, and nothing else that looks like one', async () => {
    const made = await oju('token create --name ci --scope write --expires 30');
    const token = made.out.at(-1) ?? '';

    expect(made).toMatchObject({ exitCode: 0, err: [] });
    expect(token).toMatch(/^oju_[\w-]{43}$/);
    expect(made.out.join('\n').match(/oju_/g)).toHaveLength(1);
    const kept = await inside((_users, tokens) => tokens.verify(token));
    expect(kept).toMatchObject({ name: 'ci', scope: 'write' });
    const days = (kept.expiresAt!.getTime() - kept.createdAt.getTime()) / 86_400_000;
    expect(days).toBeCloseTo(30, 3);
  });

  it.each([
    [
      'a mail address and a password that are none',
      'user create --email ada --role viewer --password-stdin',
      /^oju: Email address takes a full address, such as .* Password takes 12 to 200 characters\.$/,
    ],
    [
      'a mail address that is taken',
      'user create --email TWICE@example.com --role viewer',
      /^oju: Email address takes one that no user has yet: /,
    ],
    [
      'a user that there is not',
      'user reset --email nobody@example.com',
      /^oju: There is no user with this email address\.$/,
    ],
  ])('says in one line what is wrong with %s', async (_what, command, message) => {
    await oju('user create --email twice@example.com --role viewer');
    const refused = await oju(command, 'short');

    expect(refused).toMatchObject({ exitCode: 1, out: [] });
    expect(refused.err).toHaveLength(1);
    expect(refused.err[0]).toMatch(message);
  });

  it.each([
    ['no role', 'user create --email ada@example.com', '--role'],
    [
      'a role that is none',
      'user create --email a@example.com --role boss',
      'viewer, analyst, admin',
    ],
    ['no name', 'token create --scope read', '--name'],
    ['a scope that is none', 'token create --name x --scope root', 'read, write, admin'],
    ['no whole number of days', 'token create --name x --scope read --expires 1.5', '3650'],
    ['a command that is none', 'dance', 'unknown command'],
  ])('ends with 1 and the reason for %s', async (_what, command, reason) => {
    const refused = await oju(command);

    expect(refused).toMatchObject({ exitCode: 1, out: [] });
    expect(refused.err.join('\n')).toContain(reason);
  });

  it('says in one line what is wrong with the environment', async () => {
    const outcome: Outcome = { exitCode: -1, out: [], err: [] };
    const io = { ...ioOf(outcome), config: { env: { ...database().env, PORT: 'x' } } };
    const written: string[] = [];
    const spies = [process.stdout, process.stderr].map((stream) =>
      jest.spyOn(stream, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0),
    );
    try {
      outcome.exitCode = await runCli(['token', 'create', '--name', 'x', '--scope', 'read'], io);
    } finally {
      for (const spy of spies) spy.mockRestore();
    }

    expect(outcome.exitCode).toBe(1);
    expect(outcome.err).toEqual(['Cannot start: PORT takes a whole number from 0 to 65535']);
    expect([...outcome.out, ...written]).toEqual([]);
  });

  it('shows its help', async () => {
    const help = await oju('--help');

    expect(help.exitCode).toBe(0);
    expect(help.out.join('\n')).toMatch(/user .*token .*migrate /s);
  });

  it('closes what it opened', async () => {
    const closed = await withContext(ioOf({ exitCode: 0, out: [], err: [] }), (context) =>
      Promise.resolve(context.get(DataSource)),
    );

    expect(closed.isInitialized).toBe(false);
  });
});
