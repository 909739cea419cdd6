/** All went well: the input was read to its end, a signal was followed, or the reader of the output left. */
export const FINE = 0
/** It began to run, and failed. */
export const FAILED = 1
/** Nothing ran: the command line or the configuration is wrong. */
export const USAGE = 2
