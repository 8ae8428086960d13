/** A terminal that says so in its Hello reads regions of encoding fine: small changes pixel by pixel. */
export const FINE_CAPABILITY = 'fine:1';
