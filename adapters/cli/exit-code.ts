/** 0 done, 1 failed or something was found, 2 wrong use. */
export type ExitCode = 0 | 1 | 2;
