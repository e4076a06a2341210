"""Runs commands of Python's Alembic, one after the other, in one process.

The first line of the output is {"alembic": its version}. Then each line of the input is a JSON array, the words of one
command line, and each is answered by one line: {"output": what it printed} or {"error": why it failed}.
"""
import contextlib
import io
import json
import logging
import sys

import alembic
import psycopg2  # noqa: F401  it is missed here rather than in the middle of a test
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import CommandLine, Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError


def check(config):
    """`alembic check`, which the releases before 1.9 don't have."""
    if hasattr(command, "check"):
        return command.check(config)
    found = []

    def compare(_revision, context):
        found.extend(compare_metadata(context, context.opts["target_metadata"]))
        return []

    script = ScriptDirectory.from_config(config)
    with EnvironmentContext(config, script, fn=compare):
        script.run_env()
    if found:
        raise CommandError(f"New upgrade operations detected: {found}")


def config_of(options):
    # newer releases take several files
    file = options.config[0] if isinstance(options.config, list) else options.config
    return Config(file, stdout=sys.stdout, cmd_opts=options)


def run(words):
    line = CommandLine()
    if words[-1] != "check":
        options = line.parser.parse_args(words)
        return line.run_cmd(config_of(options), options)
    options = line.parser.parse_args([*words[:-1], "heads"])
    check(config_of(options))


logging.basicConfig(level=logging.ERROR)
answers = sys.stdout
print(json.dumps({"alembic": alembic.__version__}), file=answers, flush=True)
for line in sys.stdin:
    printed = io.StringIO()
    errors = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(errors):
            run(json.loads(line))
        answer = {"output": printed.getvalue()}
    except SystemExit:
        answer = {"error": printed.getvalue() + errors.getvalue()}
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), file=answers, flush=True)
