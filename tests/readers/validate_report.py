#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Holds stored reports against docs/report.schema.json.

    validate_report.py SCHEMA REPORT...             each is valid
    validate_report.py --strict SCHEMA REPORT...    and the schema fits them like a glove:
        no object takes a member that the schema does not name, and together they
        have every member that it names

Exit code 77: python3-jsonschema is not installed.
"""
import copy
import json
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("python3-jsonschema is not installed")
    sys.exit(77)


def objects_in(value):
    """Every object in a document, the document among them."""
    if isinstance(value, dict):
        yield value
        for member in value.values():
            yield from objects_in(member)
    elif isinstance(value, list):
        for item in value:
            yield from objects_in(item)


class Coverage:
    """Which of the schema's named members have been met."""

    def __init__(self, schema):
        self.schema = schema
        self.met = set()

    def visit(self, schema, value, place="#"):
        if "$ref" in schema:
            place = schema["$ref"]
            schema = self.schema["$defs"][place.rsplit("/", 1)[1]]
        for number, choice in enumerate(schema.get("oneOf", [])):
            if "properties" in choice and set(choice["required"]) <= set(value):
                self.visit(choice, value, f"{place}/oneOf/{number}")
        if isinstance(value, dict):
            for name, member in value.items():
                if name in schema.get("properties", {}):
                    self.met.add(f"{place}/{name}")
                    self.visit(schema["properties"][name], member, f"{place}/{name}")
                elif isinstance(schema.get("additionalProperties"), dict):
                    self.visit(schema["additionalProperties"], member, f"{place}/*")
        if isinstance(value, list):
            for item in value:
                self.visit(schema["items"], item, f"{place}/[]")

    def names(self, schema, place="#"):
        for number, choice in enumerate(schema.get("oneOf", [])):
            yield from self.names(choice, f"{place}/oneOf/{number}")
        for name, member in schema.get("properties", {}).items():
            yield f"{place}/{name}"
            yield from self.names(member, f"{place}/{name}")
        if "items" in schema:
            yield from self.names(schema["items"], f"{place}/[]")
        if isinstance(schema.get("additionalProperties"), dict):
            yield from self.names(schema["additionalProperties"], f"{place}/*")

    def unmet(self):
        names = set(self.names(self.schema))
        for name, definition in self.schema["$defs"].items():
            names |= set(self.names(definition, f"#/$defs/{name}"))
        return sorted(names - self.met)


def complaints(schema, reports, strict):
    validator = Draft202012Validator(schema)
    coverage = Coverage(schema)
    for name, report in reports:
        for error in validator.iter_errors(report):
            yield f"{name}: {error.json_path}: {error.message[:200]}"
        coverage.visit(schema, report)
    if not strict:
        return
    for name, report in reports:
        for number, _ in enumerate(objects_in(report)):
            changed = copy.deepcopy(report)
            list(objects_in(changed))[number]["surprise"] = [[]]
            if validator.is_valid(changed):
                yield f"{name}: object {number} may have a member that nobody knows"
    for place in coverage.unmet():
        yield f"{place} is in the schema, and in none of the reports"


def main(arguments):
    strict = arguments[:1] == ["--strict"]
    schema_path, *paths = arguments[strict:]
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    reports = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            reports.append((path, json.load(file)))
    found = list(complaints(schema, reports, strict))
    print("\n".join(found) if found else f"{len(reports)} valid")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
