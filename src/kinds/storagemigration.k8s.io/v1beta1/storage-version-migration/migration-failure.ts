/** Trying again would not help: its message is the migration's. */
export class MigrationFailure extends Error {}
