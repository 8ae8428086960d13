import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OwnedProcess } from '../host/processes.ts';
import type { PeerSite } from './peer.ts';

/** Bare windows that are raised by a click, moved as they are with Alt, and not drawn to anything. */
const configuration = `<?xml version="1.0"?>
<JWM>
  <Group>
    <Class>wayray-bench-window</Class>
    <Option>noborder</Option>
    <Option>notitle</Option>
  </Group>
  <WindowStyle><Width>1</Width><Height>1</Height></WindowStyle>
  <Desktops width="1" height="1"/>
  <FocusModel>click</FocusModel>
  <SnapMode distance="1">none</SnapMode>
  <MoveMode coordinates="off" delay="0">opaque</MoveMode>
</JWM>
`;

/** jwm for an X server that has no window manager; it takes over what is shown already. */
export async function startWindowManager(site: PeerSite, display: string): Promise<OwnedProcess> {
  const file = join(site.directory, 'jwmrc');
  await writeFile(file, configuration);
  return site.processes.start({
    name: 'jwm',
    command: 'jwm',
    args: ['-f', file],
    env: { DISPLAY: display, HOME: site.directory },
  });
}
