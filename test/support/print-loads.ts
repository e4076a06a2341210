// `node --import print-loads.ts …` writes a line to stderr for each module that is loaded.
import { registerHooks } from 'node:module';

registerHooks({
  load: (url, context, nextLoad) => {
    process.stderr.write(`loaded ${url}\n`);
    return nextLoad(url, context);
  },
});
