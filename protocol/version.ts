/** Another major is refused; a higher minor only appends fields and messages. */
export const PROTOCOL_MAJOR = 1;
export const PROTOCOL_MINOR = 0;
