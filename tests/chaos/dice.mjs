// SPDX-License-Identifier: Apache-2.0
// Random choices that a seed repeats. When things happen is up to the machine all the same.

export class Dice {
    constructor(seed) {
        this.state = seed >>> 0;
    }

    /** In [0, 1). */
    next() {
        this.state = (this.state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    }

    below(limit) {
        return Math.floor(this.next() * limit);
    }

    pick(list) {
        return list[this.below(list.length)];
    }

    chance(percent) {
        return this.next() * 100 < percent;
    }

    /** Out of the list for good. */
    draw(list) {
        return list.splice(this.below(list.length), 1)[0];
    }
}

export const median = (numbers) => percentile(numbers, 50);

export function percentile(numbers, percent) {
    if (!numbers.length) return 0;
    const sorted = [...numbers].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))];
}
