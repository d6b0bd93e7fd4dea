/**
 * Which event types are chosen, as a model without a page: single types, whole groups (which stand for what the source
 * may add to them), everything, and patterns that only their author understands.
 */

export const EVERYTHING = "*";

export class Selection {
  /** @param groups the source's, each `{name, types: [{name}]}` @param {string[]} patterns what is chosen at first */
  constructor(groups, patterns) {
    this.groups = groups;
    this.everything = false;
    this.whole = new Set();
    this.types = new Set();
    this.others = [];
    const known = new Set(groups.flatMap((group) => group.types.map((type) => type.name)));
    const names = new Set(groups.map((group) => group.name));
    for (const pattern of patterns) {
      if (pattern === EVERYTHING) this.everything = true;
      else if (known.has(pattern)) this.types.add(pattern);
      else if (names.has(pattern)) this.whole.add(pattern);
      else this.others.push(pattern);
    }
  }

  has(group, type) {
    return this.everything || this.whole.has(group.name) || this.types.has(type.name);
  }

  groupOf(type) {
    return this.groups.find((group) => group.types.includes(type));
  }

  hasType(type) {
    return this.has(this.groupOf(type), type);
  }

  /** How many of a group are chosen. */
  count(group) {
    return group.types.filter((type) => this.has(group, type)).length;
  }

  chooseType(group, type, on) {
    if (this.whole.delete(group.name)) for (const each of group.types) this.types.add(each.name);
    if (on) this.types.add(type.name);
    else this.types.delete(type.name);
  }

  chooseGroup(group, on) {
    for (const type of group.types) this.types.delete(type.name);
    if (on) this.whole.add(group.name);
    else this.whole.delete(group.name);
  }

  /** Let groups stand for themselves of which all types are chosen: a subscription has room for so many patterns only. */
  gather() {
    for (const group of this.groups) if (group.types.length > 1 && group.types.every((type) => this.types.has(type.name))) this.chooseGroup(group, true);
  }

  /** The known types that are chosen, in the source's order. */
  chosen() {
    return this.groups.flatMap((group) => group.types.filter((type) => this.has(group, type)));
  }

  /** What the subscription is to say. */
  patterns() {
    if (this.everything) return [EVERYTHING];
    const known = this.groups.flatMap((group) =>
      this.whole.has(group.name)
        ? [group.name]
        : group.types.filter((type) => this.types.has(type.name)).map((type) => type.name),
    );
    return [...known, ...this.others];
  }
}
