process.on('exit', () => process._rawDebug(`peak memory: ${process.resourceUsage().maxRSS * 1024}`));
