// Stands in the login program's place: tells the broker's end of the channel what it is, and stays.
import { connect } from 'node:net';

const { WAYRAY_GREETER_SOCKET: channel = '', WAYRAY_GREETER, WAYLAND_DISPLAY } = process.env;
const about = { uid: process.getuid(), WAYRAY_GREETER, WAYLAND_DISPLAY };
connect(channel).write(`${JSON.stringify(about)}\n`);
