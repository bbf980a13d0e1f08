/**
 * The module that inline code (`ZipFile`) has beside it to answer for a custom resource:
 * `cfn-response` in Node.js, `cfnresponse` in Python. The behaviour is AWS's, the code is not: it
 * takes the `ResponseURL` as it is, wherever it leads.
 *
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-lambda-function-code-cfnresponsemodule.html
 */

interface Module {
  /** Inside the package. */
  readonly path: string;
  readonly source: string;
}

/** The module that inline code asks for, if it does; Python's has to be asked for in these words. */
export function responseModuleOf(extension: "js" | "py", code: string): Module | undefined {
  if (extension === "py") {
    return /^\s*import cfnresponse\b/m.test(code)
      ? { path: "cfnresponse.py", source: PYTHON }
      : undefined;
  }
  return /["'`]cfn-response["'`]/.test(code)
    ? { path: "node_modules/cfn-response/index.js", source: NODE }
    : undefined;
}

const NODE = `"use strict";
exports.SUCCESS = "SUCCESS";
exports.FAILED = "FAILED";

exports.send = function (event, context, responseStatus, responseData, physicalResourceId, noEcho) {
  const body = JSON.stringify({
    Status: responseStatus,
    Reason: "See the details in CloudWatch Log Stream: " + context.logStreamName,
    PhysicalResourceId: physicalResourceId || context.logStreamName,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    NoEcho: noEcho || false,
    Data: responseData,
  });
  console.log("Response body:\\n", body);
  const url = new URL(event.ResponseURL);
  const end = (error) => context.done && context.done(error);
  return new Promise((resolve, reject) => {
    const request = require(url.protocol.slice(0, -1)).request(
      url,
      { method: "PUT", headers: { "content-type": "", "content-length": Buffer.byteLength(body) } },
      (response) => {
        response.resume();
        console.log("Status code: " + response.statusCode);
        resolve(end());
      },
    );
    request.on("error", (error) => {
      console.log("send(..) failed executing request(..): " + error);
      reject(end(error));
    });
    request.end(body);
  });
};
`;

const PYTHON = `import json
import urllib.request

SUCCESS = "SUCCESS"
FAILED = "FAILED"


def send(event, context, responseStatus, responseData, physicalResourceId=None, noEcho=False, reason=None):
    body = json.dumps({
        "Status": responseStatus,
        "Reason": reason or "See the details in CloudWatch Log Stream: " + context.log_stream_name,
        "PhysicalResourceId": physicalResourceId or context.log_stream_name,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "NoEcho": noEcho,
        "Data": responseData,
    })
    print("Response body:")
    print(body)
    data = body.encode()
    headers = {"content-type": "", "content-length": str(len(data))}
    request = urllib.request.Request(event["ResponseURL"], data=data, headers=headers, method="PUT")
    try:
        with urllib.request.urlopen(request) as response:
            print("Status code:", response.status)
    except Exception as error:
        print("send(..) failed executing urlopen(..):", error)
`;
