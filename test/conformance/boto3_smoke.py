"""Drives the engine with boto3, as an application of its users would; prints one line a service.

Needs AWS_ENDPOINT_URL, AWS_DEFAULT_REGION and credentials. Ends with an AssertionError, or with
botocore's own exception, at the first answer that is not AWS's.
"""

import gzip
import io
import json
import urllib.request
import zipfile

import boto3
from botocore.exceptions import ClientError


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error
    raise AssertionError(f"expected {code}")


def sqs():
    client = boto3.client("sqs")
    url = client.create_queue(QueueName="jobs", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
    attribute = {"kind": {"DataType": "String", "StringValue": "ü"}}
    client.send_message(QueueUrl=url, MessageBody="one", MessageAttributes=attribute)
    # botocore compares the checksums of body and attributes by itself.
    [message] = client.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    assert message["Body"] == "one" and message["MessageAttributes"] == attribute
    client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    refused("AWS.SimpleQueueService.NonExistentQueue", client.get_queue_url, QueueName="none")
    try:
        client.get_queue_url(QueueName="none")
    except client.exceptions.QueueDoesNotExist:
        pass
    queue = boto3.resource("sqs").get_queue_by_name(QueueName="jobs")
    assert queue.attributes["ApproximateNumberOfMessages"] == "0"
    return url


def sns(queue_url):
    client = boto3.client("sns")
    topic = client.create_topic(Name="news")["TopicArn"]
    account, region = topic.split(":")[4], topic.split(":")[3]
    queue_arn = f"arn:aws:sqs:{region}:{account}:jobs"
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": queue_arn}
    queues = boto3.client("sqs")
    policy = json.dumps({"Statement": [statement]})
    queues.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": policy})
    raw = {"RawMessageDelivery": "true"}
    client.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn, Attributes=raw)
    client.publish(TopicArn=topic, Message="fan out")
    [message] = queues.receive_message(QueueUrl=queue_url, WaitTimeSeconds=5)["Messages"]
    assert message["Body"] == "fan out"
    pages = client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    assert sum(len(page["Subscriptions"]) for page in pages) == 1
    refused("NotFound", client.publish, TopicArn=topic + "-none", Message="m")


def dynamodb():
    from boto3.dynamodb.conditions import Attr, Key

    client = boto3.client("dynamodb")
    table = boto3.resource("dynamodb").create_table(
        TableName="users",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "n", "AttributeType": "N"},
        ],
        KeySchema=[
            {"AttributeName": "id", "KeyType": "HASH"},
            {"AttributeName": "n", "KeyType": "RANGE"},
        ],
    )
    client.get_waiter("table_exists").wait(TableName="users", WaiterConfig={"Delay": 1})
    with table.batch_writer() as batch:
        for n in range(30):
            batch.put_item(Item={"id": "a", "n": n, "even": n % 2 == 0})
    answer = table.query(
        KeyConditionExpression=Key("id").eq("a") & Key("n").gte(20),
        FilterExpression=Attr("even").eq(True),
    )
    assert [int(item["n"]) for item in answer["Items"]] == [20, 22, 24, 26, 28]
    refused(
        "ConditionalCheckFailedException",
        table.put_item,
        Item={"id": "a", "n": 1},
        ConditionExpression=Attr("id").not_exists(),
    )
    size = {"PageSize": 7}
    pages = client.get_paginator("scan").paginate(TableName="users", PaginationConfig=size)
    assert sum(page["Count"] for page in pages) == 30


def events(queue_url):
    client = boto3.client("events")
    queues = boto3.client("sqs")
    arn = queues.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    client.put_rule(Name="orders", EventPattern=json.dumps({"source": ["orders"]}))
    target = {"Id": "q", "Arn": arn["Attributes"]["QueueArn"], "InputPath": "$.detail"}
    assert client.put_targets(Rule="orders", Targets=[target])["FailedEntryCount"] == 0
    entry = {"Source": "orders", "DetailType": "Created", "Detail": '{"id": 1}'}
    assert client.put_events(Entries=[entry])["FailedEntryCount"] == 0
    [message] = queues.receive_message(QueueUrl=queue_url, WaitTimeSeconds=5)["Messages"]
    assert json.loads(message["Body"]) == {"id": 1}
    refused("ResourceNotFoundException", client.describe_rule, Name="none")


def lambda_and_logs():
    client = boto3.client("lambda")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("index.js", "exports.handler = async (event) => event;")
    client.create_function(
        FunctionName="echo",
        Runtime="nodejs20.x",
        Role="arn:aws:iam::123456789012:role/any",
        Handler="index.handler",
        Code={"ZipFile": archive.getvalue()},
    )
    client.get_waiter("function_active_v2").wait(FunctionName="echo", WaiterConfig={"Delay": 1})
    answer = client.invoke(FunctionName="echo", Payload=json.dumps({"a": [1]}), LogType="Tail")
    assert json.load(answer["Payload"]) == {"a": [1]}
    refused("ResourceNotFoundException", client.invoke, FunctionName="none")
    logs = boto3.client("logs")
    refused("ResourceNotFoundException", logs.describe_log_streams, logGroupName="none")
    groups = logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/")["logGroups"]
    assert [group["logGroupName"] for group in groups] == ["/aws/lambda/echo"]


def s3():
    client = boto3.client("s3")
    bucket = "things"
    region = {"LocationConstraint": client.meta.region_name}
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration=region)
    client.upload_fileobj(io.BytesIO(b"x" * 9_000_000), bucket, "large")  # several parts
    assert client.head_object(Bucket=bucket, Key="large")["ContentLength"] == 9_000_000
    client.put_object(Bucket=bucket, Key="small", Body=b"hello", Metadata={"a": "b"})
    answer = client.get_object(Bucket=bucket, Key="small", Range="bytes=1-3")
    assert answer["Body"].read() == b"ell" and answer["Metadata"] == {"a": "b"}
    refused("NoSuchKey", client.get_object, Bucket=bucket, Key="none")
    boto3.resource("s3").Bucket(bucket).objects.all().delete()
    client.delete_bucket(Bucket=bucket)


def secrets():
    client = boto3.client("secretsmanager")
    tags = [{"Key": "a", "Value": "b"}]
    made = client.create_secret(Name="app/db", SecretString="one", Tags=tags)
    client.put_secret_value(SecretId="app/db", SecretBinary=b"\x00\xff")
    assert client.get_secret_value(SecretId=made["ARN"])["SecretBinary"] == b"\x00\xff"
    previous = client.get_secret_value(SecretId="app/db", VersionStage="AWSPREVIOUS")
    assert (previous["SecretString"], previous["VersionId"]) == ("one", made["VersionId"])
    pages = client.get_paginator("list_secrets").paginate(
        Filters=[{"Key": "tag-key", "Values": ["a"]}], PaginationConfig={"PageSize": 1}
    )
    assert [one["Name"] for page in pages for one in page["SecretList"]] == ["app/db"]
    window = client.delete_secret(SecretId="app/db", RecoveryWindowInDays=7)
    assert window["DeletionDate"] > client.describe_secret(SecretId="app/db")["CreatedDate"]
    refused("InvalidRequestException", client.get_secret_value, SecretId="app/db")
    refused("ResourceNotFoundException", client.get_secret_value, SecretId="none")


def identity():
    caller = boto3.client("sts").get_caller_identity()
    assert caller["Arn"].split(":")[4] == caller["Account"]
    iam = boto3.client("iam")
    service = {"Service": "lambda.amazonaws.com"}
    statement = {"Effect": "Allow", "Principal": service, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=json.dumps(trust))
    # botocore decodes policy documents by itself.
    assert iam.get_role(RoleName="worker")["Role"]["AssumeRolePolicyDocument"] == trust
    refused("NoSuchEntity", iam.get_role, RoleName="none")
    ssm = boto3.client("ssm")
    ssm.put_parameter(Name="/a/b", Value="v", Type="String")
    assert ssm.get_parameter(Name="/a/b")["Parameter"]["Value"] == "v"
    refused("ParameterNotFound", ssm.get_parameter, Name="/none")


def http_apis():
    client = boto3.client("apigatewayv2")
    api = client.create_api(Name="shop", ProtocolType="HTTP")["ApiId"]
    client.create_route(ApiId=api, RouteKey="GET /")
    assert client.get_routes(ApiId=api)["Items"][0]["RouteKey"] == "GET /"
    refused("NotFoundException", client.get_api, ApiId="none")


def rest_apis(queue_url):
    client = boto3.client("apigateway")
    api = client.create_rest_api(name="shop", minimumCompressionSize=0, tags={"a": "b"})
    orders = client.create_resource(
        restApiId=api["id"], parentId=api["rootResourceId"], pathPart="orders"
    )
    assert orders["path"] == "/orders"
    place = {"restApiId": api["id"], "resourceId": orders["id"], "httpMethod": "POST"}
    client.put_method(**place, authorizationType="NONE")
    client.put_method_response(**place, statusCode="202")
    account, queue = queue_url.split("/")[-2:]
    form = "'application/x-www-form-urlencoded'"
    client.put_integration(
        **place,
        type="AWS",
        integrationHttpMethod="POST",
        uri=f"arn:aws:apigateway:{client.meta.region_name}:sqs:path/{account}/{queue}",
        requestParameters={"integration.request.header.Content-Type": form},
        requestTemplates={
            "application/json": "Action=SendMessage&MessageBody=$util.urlEncode($input.body)"
        },
    )
    message_id = "$input.path('$.SendMessageResponse.SendMessageResult.MessageId')"
    client.put_integration_response(
        **place, statusCode="202", responseTemplates={"application/json": message_id}
    )
    client.create_deployment(restApiId=api["id"], stageName="dev", variables={"color": "red"})
    assert client.get_stage(restApiId=api["id"], stageName="dev")["variables"] == {"color": "red"}
    url = f"{client.meta.endpoint_url}/_api/{api['id']}/dev/orders"
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    headers["accept-encoding"] = "gzip"
    request = urllib.request.Request(url, gzip.compress(b'{"id": 1}'), headers)
    with urllib.request.urlopen(request) as answer:
        assert (answer.status, answer.headers["content-encoding"]) == (202, "gzip")
        sent = gzip.decompress(answer.read()).decode()
    [message] = boto3.client("sqs").receive_message(QueueUrl=queue_url)["Messages"]
    assert (message["MessageId"], message["Body"]) == (sent, '{"id": 1}')
    pages = client.get_paginator("get_resources").paginate(
        restApiId=api["id"], PaginationConfig={"PageSize": 1}
    )
    assert sorted(one["path"] for page in pages for one in page["items"]) == ["/", "/orders"]
    changed = [{"op": "replace", "path": "/name", "value": "store"}]
    assert client.update_rest_api(restApiId=api["id"], patchOperations=changed)["name"] == "store"
    refused("NotFoundException", client.get_rest_api, restApiId="none")
    client.delete_rest_api(restApiId=api["id"])


def cloudformation():
    client = boto3.client("cloudformation")
    template = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
    client.create_stack(StackName="app", TemplateBody=json.dumps(template))
    quick = {"Delay": 1, "MaxAttempts": 30}
    client.get_waiter("stack_create_complete").wait(StackName="app", WaiterConfig=quick)
    [resource] = client.describe_stack_resources(StackName="app")["StackResources"]
    assert resource["ResourceStatus"] == "CREATE_COMPLETE"
    client.delete_stack(StackName="app")
    client.get_waiter("stack_delete_complete").wait(StackName="app", WaiterConfig=quick)
    refused("ValidationError", client.describe_stacks, StackName="app")


def main():
    queue_url = sqs()
    print("sqs")
    sns(queue_url)
    print("sns")
    events(queue_url)
    print("events")
    rest_apis(queue_url)
    print("rest_apis")
    for smoke in (dynamodb, lambda_and_logs, s3, secrets, identity, http_apis, cloudformation):
        smoke()
        print(smoke.__name__)


main()
