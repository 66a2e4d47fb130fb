/** What the person at the keyboard can put right: arguments, configuration, lookups. Ends the command with exit code 2. */
export class UsageError extends Error {
  /** One line each: where, what is wrong, what to do. */
  readonly problems: readonly string[];

  constructor(...problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "UsageError";
    this.problems = problems;
  }
}
