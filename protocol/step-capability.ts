/** A terminal that says so in its Hello takes steps, and hears of frames on the input channel: see protocol/frame-step.ts. */
export const STEP_CAPABILITY = 'steps:2';
