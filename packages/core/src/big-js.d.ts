// The part of big.js that is used here: it comes without types of its own.
declare module "big.js" {
  export class Big {
    constructor(value: string);
    minus(other: string): Big;
    toFixed(): string;
  }
}
