/** Makes the image that is flashed onto an arm64 terminal's disk: images/build/arm64/terminal/wayray-terminal-arm64.img. */
import { parseArgs } from 'node:util';
import { buildTerminalImage } from '../terminal/build.ts';
import { sizeTable } from '../terminal/sizes.ts';
import { arm64Board } from './board.ts';

const { values } = parseArgs({
  options: { firmware: { type: 'string' }, sizes: { type: 'boolean' } },
});
const board = arm64Board();
const image = await buildTerminalImage(board, values.firmware);
if (values.sizes) console.log(sizeTable(image.root, board.build));
console.log(`${image.disk}: root ${image.id}, ${(image.rootBytes / 1e6).toFixed(1)} MB compressed`);
