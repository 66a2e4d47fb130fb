import type { Arguments } from "./arguments.js";

/** The help text, at most 80 columns wide. */
export function helpText(
  topic: Extract<Arguments, { command: "help" }>["topic"],
  providers: readonly string[],
): string {
  const texts = {
    inv: general.replace(
      "PROVIDERS",
      filled(
        providers.map((id, at) => (at === 0 ? id : `, ${id}`)),
        "Providers: ".length,
      ),
    ),
    levels,
    demo,
  };
  return texts[topic];
}

/** Parts of a text, one after the other on lines of at most 80 columns; the first has so many columns already. */
function filled(parts: readonly string[], used: number): string {
  let column = used;
  return parts
    .map((part) => {
      const fits = column + part.length < 80;
      column = fits ? column + part.length : part.length;
      return fits ? part : part.replace(/^, /, ",\n  ");
    })
    .join("");
}

const general = `inv shows side by side what your accounts with several providers say of stock.

Usage
  inv levels --lookups FILE   prints what each account says of each item
  inv levels --help           says how, with an example
  inv demo                    shows it on simulated providers: no account needed
  inv --version

Providers: PROVIDERS

Exit codes
  0  everything was read        3  some of it was read
  2  arguments, configuration   4  nothing was read
     or lookups are wrong       1  a bug in inv
  130 interrupted               141 the reader of the output went away
`;

const levels = `Prints what each account says of each item, one row per item and place.

Usage
  inv levels --lookups FILE|- [--config inv.yaml] [--format table]

Options
  --lookups FILE   one lookup per line as JSON; - reads standard input
  --config FILE    the accounts; inv.yaml unless given
  --format NAME    table, json (the whole result), ndjson (one outcome per line)
                   or csv (one row per item and place)

The configuration: an account has a name of your own, a provider, what signs it
in, and options of its client such as baseUrl. Secrets come from the
environment only.

  accounts:
    till:
      provider: zettle
      auth: { clientId: "\${ZETTLE_CLIENT_ID}", apiKey: "\${ZETTLE_API_KEY}" }
    returns:
      provider: loop
      auth: { apiKey: "\${LOOP_API_KEY}" }

The lookups, with the provider's own ids, always in quotes:

  {"account":"till","item":{"id":"7f3c2a10-5ce0-11ec-bf63-0242ac130002"}}
  {"account":"returns","item":{"id":"653985747439023617"},"location":{"id":"631923350119788417"}}

Without variantId there is one row for each variant; some providers have to be
told the location.

Exit codes: 0 all read, 3 some, 4 none, 2 something to put right, 1 a bug.
`;

const demo = `Shows what inv does, on five simulated providers on this machine: all is well, one
provider throttles, one is down. Needs no account and no network.

Usage
  inv demo [--format table]

Options
  --format NAME    table, or json: one document, the result of each scene by name

Exit code: 0, for its failures are the story.
`;
