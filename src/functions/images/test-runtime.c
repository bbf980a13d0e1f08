/* A runtime of a container image for tests: static, so that an image needs nothing else.
   It answers each invocation with what it sees; "exit N" in the event ends it. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

static char answer[65536], body[65536];

static char *request(const char *text, size_t length) {
  char host[64];
  snprintf(host, sizeof host, "%s", getenv("AWS_LAMBDA_RUNTIME_API"));
  char *colon = strchr(host, ':');
  *colon = 0;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(colon + 1))};
  inet_pton(AF_INET, host, &address.sin_addr);
  int connection = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(connection, (struct sockaddr *)&address, sizeof address) != 0) exit(3);
  if (write(connection, text, length) < 0) exit(4);
  size_t used = 0;
  ssize_t got;
  while ((got = read(connection, answer + used, sizeof answer - 1 - used)) > 0) used += got;
  answer[used] = 0;
  close(connection);
  char *end = strstr(answer, "\r\n\r\n");
  return end == NULL ? answer + used : end + 4;
}

static const char *writing(const char *place) {
  FILE *file = fopen(place, "w");
  if (file == NULL) return "refused";
  fclose(file);
  return "written";
}

int main(int count, char **arguments) {
  static char text[131072], id[128], folder[1024];
  setvbuf(stdout, NULL, _IONBF, 0);
  printf("started %s\n", arguments[0]);
  fprintf(stderr, "to stderr\n");
  for (;;) {
    int length = snprintf(text, sizeof text,
        "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    char *event = request(text, length);
    char *header = strcasestr(answer, "lambda-runtime-aws-request-id: ");
    if (header == NULL) return 5;
    sscanf(header + strlen("lambda-runtime-aws-request-id: "), "%127[^\r]", id);
    char *leave = strstr(event, "exit ");
    if (leave != NULL) return atoi(leave + 5);
    char *way = getenv("FROM_IMAGE"), *other = getenv("FROM_FUNCTION");
    int size = snprintf(body, sizeof body,
        "{\"argument\":\"%s\",\"count\":%d,\"folder\":\"%s\",\"image\":\"%s\",\"function\":\"%s\","
        "\"tmp\":\"%s\",\"root\":\"%s\",\"uid\":%d,\"pid\":%d,\"task\":\"%s\"}",
        count > 1 ? arguments[1] : "", count, getcwd(folder, sizeof folder), way ? way : "",
        other ? other : "", writing("/tmp/a"), writing("/a"), getuid(), getpid(),
        getenv("LAMBDA_TASK_ROOT"));
    length = snprintf(text, sizeof text,
        "POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nHost: x\r\n"
        "Connection: close\r\nContent-Length: %d\r\n\r\n%s", id, size, body);
    request(text, length);
  }
}
