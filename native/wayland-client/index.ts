export {
  type ClientSpec,
  Connection,
  type ConnectionOptions,
  type GlobalOffer,
} from './connection.ts';
export { DisconnectedError, ProtocolViolation } from './errors.ts';
export { RemoteObject } from './remote-object.ts';
export { type BufferShape, ShmPool, shmInterfaces, type WlShm, wlShm } from './shm.ts';
