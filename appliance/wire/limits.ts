/** As native/pam has them; wrsessd itself does not load libpam. */
export const answerMax = 512;
export const promptsMax = 32;
