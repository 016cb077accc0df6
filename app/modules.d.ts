// next-env.d.ts says the same, but Next writes it only when it runs: types must hold on a fresh clone too.
/// <reference types="next" />
/// <reference types="next/image-types/global" />
