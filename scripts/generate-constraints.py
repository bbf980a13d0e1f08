"""
Generates, out of botocore's service data (Apache-2.0, see NOTICE):

  src/wire/models/<service>.constraints.gen.json   what inputs must satisfy
  src/wire/models/aws-services.gen.json            the services AWS has, to refuse them by name

Only facts are kept: required members, bounds, patterns, value sets, and whether a number is whole.
A shape that constrains nothing, itself or through its members, is left out. For maintainers:

  python3 scripts/generate-constraints.py [target folder]      (botocore 1.43.11)

Format of a constraints file: `operations` names the input shape of each operation; `shapes` has

  {"t": "structure", "r": [required], "m": {member: shape}}      {"t": "list", "of": shape}
  {"t": "map", "k": shape, "v": shape}      {"t": "string" | "integer" | "long" | "float" | "blob"}

with `min`, `max` (length or value), `pattern`, `enum`, and `s` for sensitive.
"""
import json
import pathlib
import sys

import botocore
import botocore.session

PINNED = "1.43.11"
SERVICES = {
    "applicationautoscaling": "application-autoscaling",
    "apigateway": "apigateway",
    "apigatewayv2": "apigatewayv2",
    "cloudformation": "cloudformation",
    "cloudwatch": "cloudwatch",
    "codedeploy": "codedeploy",
    "dynamodb": "dynamodb",
    "dynamodbstreams": "dynamodbstreams",
    "events": "events",
    "iam": "iam",
    "kinesis": "kinesis",
    "lambda": "lambda",
    "logs": "logs",
    "pipes": "pipes",
    "s3": "s3",
    "scheduler": "scheduler",
    "schemas": "schemas",
    "secretsmanager": "secretsmanager",
    "sns": "sns",
    "sqs": "sqs",
    "ssm": "ssm",
    "states": "stepfunctions",
    "sts": "sts",
}
NUMBERS = {"integer": "integer", "long": "long", "float": "float", "double": "float"}


def bounds(shape):
    kept = {key: shape[key] for key in ("min", "max", "pattern", "enum") if key in shape}
    if shape.get("sensitive"):
        kept["s"] = True
    return kept


class Constraints:
    """The shapes reachable from inputs, and which of them constrain something."""

    def __init__(self, model):
        self.model = model["shapes"]
        self.memo = {}

    def reaches(self, name):
        """The names of shapes that `name` leads to, itself included."""
        seen, pending = set(), [name]
        while pending:
            current = pending.pop()
            if current in seen:
                continue
            seen.add(current)
            shape = self.model[current]
            pending += [member["shape"] for member in shape.get("members", {}).values()]
            pending += [shape[part]["shape"] for part in ("member", "key", "value") if part in shape]
        return seen

    def own(self, name):
        shape = self.model[name]
        has_bounds = any(key in shape for key in ("min", "max", "pattern", "enum"))
        return has_bounds or bool(shape.get("required")) or shape["type"] in NUMBERS

    def matters(self, name):
        if name not in self.memo:
            self.memo[name] = any(self.own(reached) for reached in self.reaches(name))
        return self.memo[name]

    def shape(self, name):
        shape = self.model[name]
        kind = shape["type"]
        if kind == "structure":
            members = {
                member: reference["shape"]
                for member, reference in shape["members"].items()
                if self.matters(reference["shape"])
            }
            out = {"t": "structure", "m": members}
            if shape.get("required"):
                out["r"] = shape["required"]
            if shape.get("sensitive"):
                out["s"] = True
            return out
        out = {"t": NUMBERS.get(kind, kind), **bounds(shape)}
        if kind == "list" and self.matters(shape["member"]["shape"]):
            out["of"] = shape["member"]["shape"]
        if kind == "map":
            for part, short in (("key", "k"), ("value", "v")):
                if self.matters(shape[part]["shape"]):
                    out[short] = shape[part]["shape"]
        return out


def constraints_of(model):
    source = Constraints(model)
    operations, needed = {}, set()
    for name, operation in model["operations"].items():
        if "input" in operation and source.matters(operation["input"]["shape"]):
            operations[name] = operation["input"]["shape"]
            needed |= {s for s in source.reaches(operation["input"]["shape"]) if source.matters(s)}
    return {
        "operations": dict(sorted(operations.items())),
        "shapes": {name: source.shape(name) for name in sorted(needed)},
    }


def known_services(session):
    """The signing name and the target prefix of every service."""
    names, targets = set(), {}
    loader = session.get_component("data_loader")
    for service in session.get_available_services():
        metadata = loader.load_service_model(service, "service-2")["metadata"]
        signing = metadata.get("signingName", metadata["endpointPrefix"])
        names.add(signing)
        if "targetPrefix" in metadata:
            targets[metadata["targetPrefix"]] = service
    return {"signingNames": sorted(names), "targetPrefixes": dict(sorted(targets.items()))}


def write(folder, name, value):
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    (folder / name).write_text(text + "\n", encoding="utf-8")


def main():
    if botocore.__version__ != PINNED:
        sys.exit(f"botocore is {botocore.__version__}; the tables are made from {PINNED}.")
    root = pathlib.Path(__file__).resolve().parent.parent
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else root / "src/wire/models"
    session = botocore.session.get_session()
    loader = session.get_component("data_loader")
    for name, service in SERVICES.items():
        model = loader.load_service_model(service, "service-2")
        write(folder, f"{name}.constraints.gen.json", constraints_of(model))
    write(folder, "aws-services.gen.json", known_services(session))


main()
