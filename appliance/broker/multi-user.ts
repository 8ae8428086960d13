import type { MultiUserOptions } from './options.ts';

export async function runMultiUser(_options: MultiUserOptions): Promise<void> {
  throw new Error('the desks are not there yet');
}
