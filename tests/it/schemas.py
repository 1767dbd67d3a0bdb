"""Judges instances by a JSON Schema with the validator of PyPI's `jsonschema`.

Reads {"schema": ..., "instances": [...]} and writes for each instance what is wrong with it, or null.
"""

import json
import sys

from jsonschema import Draft202012Validator

given = json.load(sys.stdin)
Draft202012Validator.check_schema(given["schema"])
validator = Draft202012Validator(given["schema"])


def complaint(instance):
    error = next(validator.iter_errors(instance), None)
    return error and f"{error.json_path}: {error.message[:200]}"


json.dump([complaint(instance) for instance in given["instances"]], sys.stdout)
