/** A terminal that says so in its Hello reads graded regions: photographs, each pixel less the one on its left. */
export const GRADED_CAPABILITY = 'graded:1';
