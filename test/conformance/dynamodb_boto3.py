"""Drives DynamoDB with boto3's resource and client; prints one word a part.

Needs AWS_ENDPOINT_URL, AWS_DEFAULT_REGION and credentials.
"""

from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary
from botocore.exceptions import ClientError

dynamodb = boto3.resource("dynamodb")
client = boto3.client("dynamodb")


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error
    raise AssertionError(f"expected {code}")


table = dynamodb.create_table(
    TableName="movies",
    KeySchema=[
        {"AttributeName": "year", "KeyType": "HASH"},
        {"AttributeName": "title", "KeyType": "RANGE"},
    ],
    AttributeDefinitions=[
        {"AttributeName": "year", "AttributeType": "N"},
        {"AttributeName": "title", "AttributeType": "S"},
        {"AttributeName": "genre", "AttributeType": "S"},
    ],
    GlobalSecondaryIndexes=[
        {
            "IndexName": "by-genre",
            "KeySchema": [{"AttributeName": "genre", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    BillingMode="PAY_PER_REQUEST",
)
table.wait_until_exists()
assert table.item_count == 0 and table.table_status == "ACTIVE"
assert table.table_arn.endswith(":table/movies")
print("table")

ITEM = {
    "year": 1999,
    "title": "The Matrix",
    "genre": "scifi",
    "info": {
        "rating": Decimal("8.7"),
        "big": Decimal("12345678901234567890123456789012345678"),
        "tags": {"a", "b"},
        "numbers": {1, Decimal("2.5")},
        "bytes": Binary(b"\x00\xff"),
        "none": None,
        "list": [True, "x", 1],
    },
}
table.put_item(Item=ITEM)
assert table.get_item(Key={"year": 1999, "title": "The Matrix"})["Item"] == ITEM
with table.batch_writer(overwrite_by_pkeys=["year", "title"]) as batch:
    for number in range(60):
        batch.put_item(Item={"year": 2000, "title": f"t{number:02}", "genre": "filler", "n": number})
        batch.put_item(Item={"year": 2000, "title": f"t{number:02}", "genre": "filler", "n": number})
table.reload()
assert table.item_count == 61
print("items")

page = table.query(KeyConditionExpression=Key("year").eq(2000) & Key("title").between("t10", "t19"))
assert [item["n"] for item in page["Items"]] == list(range(10, 20))
page = table.query(
    IndexName="by-genre",
    KeyConditionExpression=Key("genre").eq("filler"),
    FilterExpression=Attr("n").gte(55) & ~Attr("title").contains("59"),
    ProjectionExpression="#n, title",
    ExpressionAttributeNames={"#n": "n"},
)
assert page["Count"] == 4 and page["ScannedCount"] == 60
paginator = client.get_paginator("scan")
pages = list(paginator.paginate(TableName="movies", PaginationConfig={"PageSize": 25}))
assert [page["Count"] for page in pages] == [25, 25, 11]
print("queries")

old = table.update_item(
    Key={"year": 1999, "title": "The Matrix"},
    UpdateExpression="SET info.rating = info.rating + :one, #s = :s REMOVE info.#none",
    ConditionExpression=Attr("genre").eq("scifi"),
    ExpressionAttributeNames={"#s": "size", "#none": "none"},
    ExpressionAttributeValues={":one": Decimal("0.1"), ":s": 3},
    ReturnValues="UPDATED_NEW",
    ReturnConsumedCapacity="INDEXES",
)
assert old["Attributes"] == {"info": {"rating": Decimal("8.8")}, "size": 3}, old
assert old["ConsumedCapacity"]["GlobalSecondaryIndexes"]["by-genre"]["CapacityUnits"] == 1
error = refused(
    "ConditionalCheckFailedException",
    client.delete_item,
    TableName="movies",
    Key={"year": {"N": "1999"}, "title": {"S": "The Matrix"}},
    ConditionExpression="genre = :g",
    ExpressionAttributeValues={":g": {"S": "drama"}},
    ReturnValuesOnConditionCheckFailure="ALL_OLD",
)
assert error.response["Item"]["genre"] == {"S": "scifi"}
print("updates")

statement = "SELECT title, info.rating FROM movies WHERE \"year\" = ? AND title = ?"
answer = client.execute_statement(
    Statement=statement, Parameters=[{"N": "1999"}, {"S": "The Matrix"}]
)
assert answer["Items"] == [{"title": {"S": "The Matrix"}, "rating": {"N": "8.8"}}], answer
refused("ValidationException", client.execute_statement, Statement="SELECT * FROM movies WHERE")
first = client.execute_statement(Statement="SELECT * FROM movies WHERE \"year\" = 2000", Limit=50)
rest = client.execute_statement(
    Statement="SELECT * FROM movies WHERE \"year\" = 2000", Limit=50, NextToken=first["NextToken"]
)
assert len(first["Items"]) == 50 and len(rest["Items"]) == 10 and "NextToken" not in rest
print("partiql")

scaling = boto3.client("application-autoscaling")
refused(
    "ValidationException",
    scaling.register_scalable_target,
    ServiceNamespace="dynamodb",
    ResourceId="table/movies",
    ScalableDimension="dynamodb:table:ReadCapacityUnits",
    MinCapacity=1,
    MaxCapacity=10,
)
client.update_table(
    TableName="movies",
    BillingMode="PROVISIONED",
    ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    GlobalSecondaryIndexUpdates=[
        {
            "Update": {
                "IndexName": "by-genre",
                "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
            }
        }
    ],
)
scaling.register_scalable_target(
    ServiceNamespace="dynamodb",
    ResourceId="table/movies",
    ScalableDimension="dynamodb:table:ReadCapacityUnits",
    MinCapacity=1,
    MaxCapacity=10,
)
[target] = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 10)
print("scaling")
table.delete()
table.wait_until_not_exists()
print("deleted")
