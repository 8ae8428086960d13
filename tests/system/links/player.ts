import { play } from './scenario.ts';

// Runs inside the terminal's network namespace: node player.ts MOVING LOSS_PPM SERVER_NAMESPACE VIEWER_NAMESPACE BRIDGE
const [moving, lossPpm, server, viewer, bridge] = process.argv.slice(2);
if ((moving !== 'text' && moving !== 'film') || !server || !viewer || !bridge)
  throw new Error('usage: player.ts text|film LOSS_PPM SERVER VIEWER BRIDGE');
const outcome = await play(moving, Number(lossPpm), [server, viewer], bridge);
process.stdout.write(`outcome ${JSON.stringify(outcome)}\n`);
process.exit(0);
