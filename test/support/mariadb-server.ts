import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { APP_ROOT } from '../../src/config/app-root.js';

/** A throw-away MariaDB of a test's own, which it may kill. */
export interface MariadbServer {
  url: string;
  /** Ends it as a power cut would. */
  kill: () => Promise<void>;
  /** Brings it back after `kill`, on the same data and port. */
  start: () => Promise<void>;
  stop: () => Promise<void>;
}

interface Message {
  url?: string;
  done?: string;
}

/** @throws Error when mariadbd is not on this machine, or does not start */
export async function startMariadbServer(): Promise<MariadbServer> {
  const child = fork(join(APP_ROOT, 'test', 'support', 'mariadb-process.mjs'), { execArgv: [] });
  const { url = '' } = await messageOf(child, (message) => message.url !== undefined);
  const tell = async (command: 'kill' | 'start' | 'stop') => {
    const done = messageOf(child, (message) => message.done === command);
    child.send(command);
    await done;
  };
  return {
    url,
    kill: () => tell('kill'),
    start: () => tell('start'),
    stop: () => tell('stop'),
  };
}

function messageOf(child: ChildProcess, isIt: (message: Message) => boolean): Promise<Message> {
  return new Promise((resolve, reject) => {
    const hear = (message: unknown) => {
      if (!isIt(message as Message)) return;
      leave();
      resolve(message as Message);
    };
    const fail = () => {
      leave();
      reject(new Error('The throw-away MariaDB ended'));
    };
    const leave = () => {
      child.off('message', hear);
      child.off('exit', fail);
    };
    child.on('message', hear);
    child.on('exit', fail);
  });
}
