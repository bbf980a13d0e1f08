import { GetCommand } from "@aws-sdk/lib-dynamodb";
import type { APIGatewayProxyHandlerV2 } from "aws-lambda";
import { logger, setting, table } from "./clients.js";
import { orderKey } from "./order.js";

export const handler: APIGatewayProxyHandlerV2 = async (event, context) => {
  logger.addContext(context);
  const orderId = event.pathParameters?.["orderId"] ?? "";
  const { Item: item } = await table.send(
    new GetCommand({ TableName: setting("ORDERS_TABLE"), Key: orderKey(orderId) }),
  );
  if (item === undefined) {
    return { statusCode: 404, body: JSON.stringify({ message: `There is no order ${orderId}.` }) };
  }
  const { pk: _pk, sk: _sk, ...order } = item;
  return order;
};
