/** Checks of values in terminal.toml: the ones of every TOML file of the house. */
export {
  type Check,
  decimal,
  expected,
  flag,
  KeyError,
  knownKeys,
  listOf,
  oneOf,
  printable,
  type Table,
  table,
  text,
  whole,
} from '../../protocol/node/toml-checks.ts';
