import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { AdminConfig } from '../../../appliance/admin/config.ts';
import { type AdminServer, openAdminServer } from '../../../appliance/admin/server.ts';
import type { Registry } from '../../../appliance/registry/registry.ts';
import { openMemoryRegistry, openRegistry } from '../../../appliance/registry/sqlite-registry.ts';
import type { AttemptPolicy } from '../../../appliance/sessd/login/attempts.ts';
import { createIdentity, type Identity } from '../../../protocol/node/certificate.ts';
import { openLog } from '../../../protocol/node/log.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import { ScriptedBackend } from './scripted-backend.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at parts of it
  readonly body: any;
}

export interface RigOptions {
  readonly file?: boolean;
  readonly network?: boolean;
  readonly config?: Partial<AdminConfig>;
  readonly attempts?: AttemptPolicy;
  readonly backend?: ScriptedBackend;
}

/** A server of its own for a test, on a socket in a folder of its own. */
export class Rig {
  readonly folder = scratchFolder();
  readonly backend: ScriptedBackend;
  readonly registry: Registry;
  readonly socket = join(this.folder.path, 'admin.sock');
  readonly keyFile = join(this.folder.path, 'admin-keys.json');
  server!: AdminServer;
  identity!: Identity;

  private constructor({ file, backend }: RigOptions) {
    this.backend = backend ?? new ScriptedBackend();
    this.registry = file ? openRegistry(this.folder.path) : openMemoryRegistry();
  }

  static async open(options: RigOptions = {}): Promise<Rig> {
    const rig = new Rig(options);
    rig.identity = await createIdentity({ algorithm: 'ecdsa-p256', name: 'test' });
    rig.server = await openAdminServer({
      backend: rig.backend,
      registry: rig.registry,
      config: {
        socket: rig.socket,
        listen: options.network ? { host: '127.0.0.1', port: 0 } : null,
        keyFile: rig.keyFile,
        group: 'wayray-admin',
        ...options.config,
      },
      identity: rig.identity,
      log: openLog({ name: 'test', level: 'silent', readable: false }),
      tailTimes: { pollMs: 20, heartbeatMs: 200 },
      ...(options.attempts ? { attempts: options.attempts } : {}),
    });
    return rig;
  }

  ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.send(method, path, headers, body === undefined ? '' : text);
  }

  send(
    method: string,
    path: string,
    headers: Record<string, string>,
    text: string,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asked = request(
        { socketPath: this.socket, method, path, headers, timeout: 20_000 },
        async (response) => {
          const chunks: Buffer[] = [];
          try {
            for await (const chunk of response.pipe(new PassThrough())) chunks.push(chunk);
            const said = Buffer.concat(chunks).toString();
            const isJson = response.headers['content-type']?.startsWith('application/json');
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: said,
              body: isJson && said !== '' ? JSON.parse(said) : null,
            });
          } catch (error) {
            reject(error);
          }
        },
      );
      asked.once('error', reject);
      asked.once('timeout', () => asked.destroy(new Error('no answer in time')));
      asked.end(text);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    this.registry[Symbol.dispose]();
    this.folder[Symbol.dispose]();
  }
}
