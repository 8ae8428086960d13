/** As native/pam/core.h has them. */
export const answerMax = 512;
export const promptsMax = 32;
