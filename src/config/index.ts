/** `recaudit/config`: the commands and the JSON Schema of their options. */

export { COMMANDS, type CommandName, type CommandOptions } from './commands.js';
export { jsonSchema } from './describe.js';
