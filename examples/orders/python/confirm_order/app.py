"""Confirms processed orders. What it returns goes on to the topic: a destination of the function."""

import json
import logging
import os

logger = logging.getLogger()
logger.setLevel(logging.INFO)

BIG_ORDER_CENTS = 100_000


def log(message, context, **fields):
    """Writes one JSON line, in the form of Powertools for AWS Lambda."""
    line = {
        "level": "INFO",
        "message": message,
        "service": os.environ.get("POWERTOOLS_SERVICE_NAME", "orders"),
        "function_request_id": context.aws_request_id,
        **fields,
    }
    logger.info(json.dumps(line))


def handler(event, context):
    order = event["detail"]
    pieces = sum(line["quantity"] for line in order["lines"])
    log("order confirmed", context, orderId=order["orderId"])
    return {
        "orderId": order["orderId"],
        "customerId": order["customerId"],
        "totalCents": order["totalCents"],
        "confirmedAt": event["time"],
        "size": "big" if order["totalCents"] >= BIG_ORDER_CENTS else "small",
        "text": f"Thank you! {pieces} pieces are on their way.",
    }
