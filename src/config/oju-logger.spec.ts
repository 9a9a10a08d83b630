import { OjuLogger } from './oju-logger.js';
import { Redactor } from './redactor.js';

const KEY = '0123456789abcdef'.repeat(4);

/** What a logger of that format writes while `log` runs. */
function written(format: 'json' | 'pretty', log: (logger: OjuLogger) => void): string {
  const redactor = new Redactor();
  redactor.protect(KEY);
  let text = '';
  const keep = (chunk: unknown) => {
    text += String(chunk);
    return true;
  };
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation(keep),
    jest.spyOn(process.stderr, 'write').mockImplementation(keep),
  ];
  try {
    log(new OjuLogger({ level: 'debug', format }, redactor));
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return text;
}

function withKey(): Error {
  return Object.assign(new Error(`Refused ${KEY}`), { config: { headers: { 'x-apikey': KEY } } });
}

describe.each(['json', 'pretty'] as const)('OjuLogger in %s', (format) => {
  it.each<[string, (logger: OjuLogger) => void]>([
    [
      'a message',
      (logger) => {
        logger.log(`key ${KEY}`);
      },
    ],
    [
      'an object',
      (logger) => {
        logger.debug({ note: 'seen', key: KEY });
      },
    ],
    [
      'an error',
      (logger) => {
        logger.error(withKey());
      },
    ],
    [
      'an error with its stack',
      (logger) => {
        logger.error('It failed', withKey().stack);
      },
    ],
    [
      'parameters',
      (logger) => {
        logger.warn('It failed', { key: KEY, cause: withKey() });
      },
    ],
  ])('keeps the key out of %s', (_what, log) => {
    const text = written(format, log);
    expect(text).not.toContain(KEY);
    expect(text).toContain('[redacted]');
  });

  it('says what an error was and where', () => {
    const text = written(format, (logger) => {
      logger.error(withKey());
    });
    expect(text).toContain('Refused [redacted]');
    expect(text).toContain('oju-logger.spec');
  });

  it('writes what is no JSON all the same', () => {
    const circle: Record<string, unknown> = { key: KEY, size: 12n };
    circle.self = circle;
    const text = written(format, (logger) => {
      logger.log(circle);
    });
    expect(text).toContain('12n');
    expect(text).not.toContain(KEY);
  });
});

it('writes one line of JSON an entry', () => {
  const text = written('json', (logger) => {
    logger.error(withKey());
  });
  expect(text.trim().split('\n')).toHaveLength(1);
  expect(JSON.parse(text)).toMatchObject({ level: 'error' });
});
