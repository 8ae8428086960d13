import { takeShortTurns } from '../../native/process/index.ts';
import { ConfigError } from '../../protocol/errors.ts';
import { EXIT, ExitError, runProgram } from '../../protocol/node/cli.ts';
import { parseBrokerOptions } from './options.ts';

await runProgram('wrsrvd', async () => {
  const options = parseBrokerOptions(process.argv.slice(2));
  // Every key comes through here, and is done in no time.
  takeShortTurns();
  try {
    // What the other modes need is not loaded: it would stay in memory.
    switch (options.mode) {
      case 'single-user':
        return await (await import('./single-user.ts')).runSingleUser(options);
      case 'multi-user':
        return await (await import('./multi-user.ts')).runMultiUser(options);
      case 'config-check':
        return (await import('./config/check.ts')).checkConfig(options.config);
      case 'records':
        return await (await import('./records/print.ts')).printRecords(options);
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ExitError(error.message, EXIT.config, { cause: error });
  }
});
