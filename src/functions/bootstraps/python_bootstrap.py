"""
Runs a Python function: started as a generic process, told later which function to be.

Speaks the frames described in frames.ts over descriptors 3 (from the host) and 4 (to the host).
Errors, log lines and the context object are those of the managed runtime.
Source: https://github.com/aws/aws-lambda-python-runtime-interface-client

Invariants: one invocation at a time; every invocation ends in exactly one RESULT or ERROR frame, or
with the end of the process; nothing of the function is imported before START.
"""

import builtins
import contextlib
import decimal
import importlib
import importlib.machinery
import importlib.machinery
import json
import logging
import os
import re
import struct
import sys
import time
import traceback
from datetime import datetime, timezone

FROM_HOST_FD = 3
TO_HOST_FD = 4

START, INVOKE, RESTORE = 1, 2, 3
READY, INIT_ERROR, RESULT, ERROR, LOG, OUTPUT, SNAPSHOT = 16, 17, 18, 19, 21, 22, 26

RESPONSE_SIZE_MAX = 6_291_556
READ_SIZE = 65_536
EXIT_INIT_ERROR = 1
EXIT_BEFORE_SNAPSHOT_ERROR = 64
EXIT_AFTER_RESTORE_ERROR = 65

# Taken before user code runs: tracing libraries patch what they find.
_read = os.read
_write = os.write
_exit = os._exit
_pread = os.pread
_now = time.time
_monotonic = time.perf_counter
_dumps = json.dumps
_loads = json.loads


class HostLink:
    """Reads and writes frames; ends the process when the host is gone."""

    def __init__(self):
        self.pending = bytearray()
        for descriptor in (FROM_HOST_FD, TO_HOST_FD):
            os.set_inheritable(descriptor, False)

    def receive(self):
        size = struct.unpack_from(">I", self._take(4))[0]
        frame = self._take(size)
        return frame[0], frame[1:]

    def send(self, kind, *parts):
        size = 1 + sum(len(part) for part in parts)
        frame = memoryview(b"".join((struct.pack(">IB", size, kind), *parts)))
        while frame:
            frame = frame[_write(TO_HOST_FD, frame) :]

    def _take(self, size):
        while len(self.pending) < size:
            chunk = _read(FROM_HOST_FD, READ_SIZE)
            if not chunk:
                _exit(0)
            self.pending += chunk
        taken = bytes(self.pending[:size])
        del self.pending[:size]
        return taken


class Fault(Exception):
    """An error of the runtime itself: `Runtime.HandlerNotFound`."""

    def __init__(self, error_type, message, trace=None):
        super().__init__(message)
        self.error_type = error_type
        self.trace = trace


class Output:
    """Standard output and standard error: written to the host at once, in order."""

    encoding = "utf-8"
    errors = "backslashreplace"
    newlines = None
    closed = False

    def __init__(self, link, descriptor):
        self.link = link
        self.descriptor = descriptor
        self.buffer = RawOutput(link)

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError("write() argument must be str, not %s" % type(text).__name__)
        if text:
            self.link.send(OUTPUT, text.encode(self.encoding, self.errors))
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        pass

    def fileno(self):
        return self.descriptor

    def isatty(self):
        return False

    def readable(self):
        return False

    def writable(self):
        return True

    def seekable(self):
        return False


class RawOutput:
    """The `buffer` of standard output, for those who write bytes."""

    def __init__(self, link):
        self.link = link

    def write(self, data):
        self.link.send(OUTPUT, bytes(data))
        return len(data)

    def flush(self):
        pass


class LogHandler(logging.Handler):
    def __init__(self, link):
        super().__init__()
        self.link = link

    def emit(self, record):
        record.aws_request_id = State.request_id or ""
        self.link.send(LOG, self.format(record).encode("utf-8", "backslashreplace"))


class JsonFormatter(logging.Formatter):
    def format(self, record):
        error = record.exc_info or None
        line = {
            "timestamp": iso_time(record.created),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "stackTrace": traceback.format_tb(error[2]) if error else None,
            "errorType": error[0].__name__ if error else None,
            "errorMessage": str(error[1]) if error else None,
            "requestId": record.aws_request_id,
            "location": "%s:%s:%s" % (record.pathname, record.funcName, record.lineno)
            if error
            else None,
        }
        for key, value in record.__dict__.items():
            if key not in RECORD_FIELDS and key not in line:
                line[key] = value
        line = {key: value for key, value in line.items() if value is not None}
        return _dumps(line, ensure_ascii=False) + "\n"


# What every log record has: all else came in `extra` and belongs in the JSON line.
RECORD_FIELDS = {
    *logging.LogRecord("", 0, "", 0, "", (), None).__dict__,
    "aws_request_id",
    "message",
    "asctime",
    "taskName",
}


class State:
    request_id = None
    json_logs = False
    # As the managed runtime did before Python 3.12.
    escapes_non_ascii = True


class CognitoIdentity:
    __slots__ = ["cognito_identity_id", "cognito_identity_pool_id"]


class Client:
    __slots__ = [
        "installation_id",
        "app_title",
        "app_version_name",
        "app_version_code",
        "app_package_name",
    ]


class ClientContext:
    __slots__ = ["custom", "env", "client"]


class LambdaContext:
    def __init__(self, message):
        environ = os.environ
        self.aws_request_id = message["requestId"]
        self.log_group_name = environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = message["invokedArn"]
        self.tenant_id = None
        self.client_context = filled(ClientContext, parsed(message, "clientContext"))
        if self.client_context is not None:
            self.client_context.client = filled(Client, self.client_context.client)
        identity = parsed(message, "cognitoIdentity") or {}
        self.identity = CognitoIdentity()
        self.identity.cognito_identity_id = identity.get("cognitoIdentityId")
        self.identity.cognito_identity_pool_id = identity.get("cognitoIdentityPoolId")
        self._epoch_deadline_time_in_ms = int(_now() * 1000) + message["timeoutMs"]

    def get_remaining_time_in_millis(self):
        return max(self._epoch_deadline_time_in_ms - int(_now() * 1000), 0)

    def log(self, msg):
        sys.stdout.write(str(msg))


def filled(kind, values):
    if values is None:
        return None
    made = kind()
    for name in kind.__slots__:
        setattr(made, name, values.get(name))
    return made


JSON_NAMES = {"clientContext": "Client Context", "cognitoIdentity": "Cognito Identity"}


def parsed(message, name):
    text = message.get(name)
    if not text:
        return None
    try:
        return _loads(text)
    except Exception as error:
        raise Fault(
            "Runtime.LambdaContextUnmarshalError",
            "Unable to parse %s JSON: %s" % (JSON_NAMES[name], error),
        )


def main():
    link = HostLink()
    os.dup2(1, 2)
    sys.stdout = sys.__stdout__ = Output(link, 1)
    sys.stderr = sys.__stderr__ = Output(link, 2)
    memory = peak_memory_reader()
    kind, body = link.receive()
    handler = start(link, _loads(body))
    while True:
        kind, body = link.receive()
        if kind == RESTORE:
            with fatal(link, EXIT_AFTER_RESTORE_ERROR):
                SnapStart.after_restore()
            link.send(READY)
            continue
        header_end = 4 + struct.unpack_from(">I", body)[0]
        message = _loads(body[4:header_end])
        invoke(link, handler, memory, message, body[header_end:])


def start(link, message):
    started = _monotonic()
    become(message)
    set_up_logging(link)
    loading = _monotonic()
    imports = ImportMeter()
    sys.meta_path.append(SnapStart)
    with fatal(link, EXIT_INIT_ERROR):
        try:
            handler = load_handler(message["handler"])
        finally:
            imports.stop()
    is_snap_started = os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start"
    if is_snap_started:
        with fatal(link, EXIT_BEFORE_SNAPSHOT_ERROR):
            SnapStart.before_snapshot()
    load = _monotonic() - loading
    phases = {
        "bootstrapMs": (loading - started) * 1000,
        "importsMs": imports.spent * 1000,
        "codeMs": max(0.0, load - imports.spent) * 1000,
    }
    link.send(SNAPSHOT if is_snap_started else READY, _dumps(phases).encode())
    return handler


@contextlib.contextmanager
def fatal(link, exit_status):
    """What fails within ends the process, and is what the function could not start for."""
    try:
        yield
    except Exception as error:
        failure = describe_failure(error, None)
        log_failure(link, failure)
        link.send(INIT_ERROR, to_json(failure).encode())
        _exit(exit_status)


class SnapStart:
    """
    The library of runtime hooks that the managed runtimes have, `snapshot_restore_py`: one with these
    functions stands in where neither the function nor the interpreter brings it.
    Source: https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
    """

    LIBRARY = "snapshot_restore_py"

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name != cls.LIBRARY:
            return None
        return importlib.machinery.ModuleSpec(name, cls)

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        before, after = [], []

        def registrar(hooks):
            def register(func, *args, **kwargs):
                hooks.append((func, args, kwargs))
                return func

            return register

        module.register_before_snapshot = registrar(before)
        module.register_after_restore = registrar(after)
        module.get_before_snapshot = lambda: before
        module.get_after_restore = lambda: after

    @classmethod
    def before_snapshot(cls):
        hooks = cls.hooks("get_before_snapshot")
        while hooks:
            # The last that was registered first.
            func, args, kwargs = hooks.pop()
            func(*args, **kwargs)

    @classmethod
    def after_restore(cls):
        for func, args, kwargs in cls.hooks("get_after_restore"):
            func(*args, **kwargs)

    @classmethod
    def hooks(cls, getter):
        """Who did not import the library has registered nothing."""
        library = sys.modules.get(cls.LIBRARY)
        return getattr(library, getter)() if library else []


class ImportMeter:
    """Measures how long the handler's module waits for what it imports, until `stop`."""

    def __init__(self):
        self.original = builtins.__import__
        self.spent = 0.0
        self.depth = 0
        builtins.__import__ = self.measured

    def measured(self, *arguments, **named):
        started = _monotonic()
        self.depth += 1
        try:
            return self.original(*arguments, **named)
        finally:
            self.depth -= 1
            if self.depth == 0:
                self.spent += _monotonic() - started

    def stop(self):
        if builtins.__import__ == self.measured:
            builtins.__import__ = self.original


class BorrowedSdk:
    """Finds boto3 and what it needs among the packages of another Python, behind all else."""

    packages = {"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3"}

    def __init__(self, folder):
        self.folder = folder

    def find_spec(self, name, path=None, target=None):
        if name in self.packages:
            return importlib.machinery.PathFinder.find_spec(name, [self.folder], target)
        return None


class EngineConnections:
    """
    Lets code reach the ResponseURL of a custom resource that takes the URL for one of S3: crhelper
    and others keep its host and path, and speak TLS to it whatever it says. Requests to the path of
    responses (see response-path.ts) go to the engine as it is. Patches http.client when it is loaded.
    """

    MODULE = "http.client"
    RESPONSE_PATH = "/_cloudformation-response/"

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name != cls.MODULE:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None:
            execute = spec.loader.exec_module

            def exec_module(module):
                execute(module)
                cls.patch(module)

            spec.loader.exec_module = exec_module
        return spec

    @classmethod
    def patch(cls, module):
        scheme, _, address = os.environ.get("AWS_ENDPOINT_URL", "").partition("://")
        host, _, port = address.rstrip("/").rpartition(":")
        if scheme != "http" or not port.isdigit():
            return
        secure = getattr(module, "HTTPSConnection", None)
        if secure is None:
            return
        put_request, connect = secure.putrequest, secure.connect

        def putrequest(self, method, url, *arguments, **named):
            if self.host == host and self.sock is None and url.startswith(cls.RESPONSE_PATH):
                self.port = int(port)
                self.is_for_engine = True
            return put_request(self, method, url, *arguments, **named)

        def connect_anywhere(self):
            if getattr(self, "is_for_engine", False):
                return module.HTTPConnection.connect(self)
            return connect(self)

        secure.putrequest, secure.connect = putrequest, connect_anywhere


def become(message):
    if "environment" in message:
        os.environ.clear()
        os.environ.update(message["environment"])
        time.tzset()
    task_root = message["taskRoot"]
    os.chdir(task_root)
    sys.pycache_prefix = os.path.join(message["cacheDirectory"], "python")
    # The first entry is the folder of this file: the function shall not see it.
    folders = [task_root, *os.environ.get("PYTHONPATH", "").split(":")]
    sys.path[:1] = dict.fromkeys(filter(None, folders))
    sys.meta_path.insert(0, EngineConnections)
    sys.meta_path += [BorrowedSdk(folder) for folder in sys.argv[1:]]
    sys.argv = [""]
    version = message["runtime"].replace("python3.", "")
    State.escapes_non_ascii = version.isdigit() and int(version) < 12


def set_up_logging(link):
    State.json_logs = os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    level = "DEBUG" if level == "TRACE" else level
    logging.Formatter.converter = time.gmtime
    handler = LogHandler(link)
    if State.json_logs:
        handler.setFormatter(JsonFormatter())
    else:
        form = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
        handler.setFormatter(logging.Formatter(form, "%Y-%m-%dT%H:%M:%S"))
    root = logging.getLogger()
    if level in logging._nameToLevel:
        root.setLevel(level)
    root.addHandler(handler)


def load_handler(name):
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise Fault("Runtime.MalformedHandlerName", "Bad handler '%s': %s" % (name, error))
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise Fault(
            "Runtime.BuiltInModuleConflict",
            "Cannot use built-in module %s as a handler module" % module_name,
        )
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault(
            "Runtime.ImportModuleError",
            "Unable to import module '%s': %s" % (module_name, error),
        )
    except SyntaxError as error:
        raise Fault(
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module '%s': %s" % (module_name, error),
            ['  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)],
        )
    try:
        return getattr(module, function_name)
    except AttributeError:
        raise Fault(
            "Runtime.HandlerNotFound",
            "Handler '%s' missing on module '%s'" % (function_name, module_name),
        )


def invoke(link, handler, memory, message, payload):
    request_id = message["requestId"]
    State.request_id = request_id
    trace = message.get("trace")
    if trace is None:
        os.environ.pop("_X_AMZN_TRACE_ID", None)
    else:
        os.environ["_X_AMZN_TRACE_ID"] = trace
    try:
        context = LambdaContext(message)
        result = marshal(handler(unmarshal(payload), context))
    except Exception as error:
        failure = describe_failure(error, request_id)
        log_failure(link, failure)
        link.send(ERROR, memory(), to_json(failure).encode())
        return
    if len(result) > RESPONSE_SIZE_MAX:
        text = "Response payload size exceeded maximum allowed payload size (%d bytes)."
        failure = {
            "errorType": "Function.ResponseSizeTooLarge",
            "errorMessage": text % RESPONSE_SIZE_MAX,
        }
        link.send(ERROR, memory(), to_json(failure).encode())
    else:
        link.send(RESULT, memory(), result)


def unmarshal(payload):
    try:
        return _loads(payload)
    except Exception as error:
        raise Fault("Runtime.UnmarshalError", "Unable to unmarshal input: %s" % error)


def marshal(response):
    if isinstance(response, bytes):
        return response
    try:
        return to_json(response).encode("utf-8")
    except Exception as error:
        raise Fault("Runtime.MarshalError", "Unable to marshal response: %s" % error)


def to_json(value):
    return Encoder().to_text(value)


class Encoder(json.JSONEncoder):
    """
    Writes decimals with all their digits, which the standard encoder cannot: it gets a marked text
    in their place, and the marks and quotes are taken away afterwards.
    """

    mark = "decimal-%s:" % os.urandom(8).hex()
    marked = re.compile('"%s([^"]*)"' % mark)

    def __init__(self):
        super().__init__(ensure_ascii=State.escapes_non_ascii)
        self.has_decimals = False

    def to_text(self, value):
        text = self.encode(value)
        return self.marked.sub(r"\1", text) if self.has_decimals else text

    def default(self, value):
        if isinstance(value, decimal.Decimal):
            self.has_decimals = True
            return self.mark + ("NaN" if value.is_nan() else str(value))
        return super().default(value)


def describe_failure(error, request_id):
    if isinstance(error, Fault):
        return failure_of(str(error), error.error_type, error.trace, request_id)
    frames = traceback.extract_tb(error.__traceback__)
    own = 0
    while own < len(frames) and frames[own].filename == __file__:
        own += 1
    if own < len(frames):
        frames = frames[own:]
    frames = [frame for frame in frames if not frame.filename.startswith("<frozen importlib")]
    stack = traceback.format_list(frames)
    return failure_of(str(error), type(error).__name__, stack, request_id)


def failure_of(message, error_type, stack, request_id):
    return {
        "errorMessage": message or "",
        "errorType": error_type or "",
        "requestId": request_id or "",
        "stackTrace": stack or [],
    }


def log_failure(link, failure):
    if State.json_logs:
        line = {"timestamp": iso_time(_now()), "level": "ERROR", **failure}
        link.send(LOG, (to_json(line) + "\n").encode())
        return
    lines = ["[ERROR] %s: %s" % (failure["errorType"], failure["errorMessage"])]
    lines.append("Traceback (most recent call last):")
    for element in failure["stackTrace"]:
        lines += [indented(line) for line in element.splitlines()]
    link.send(LOG, ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace"))


def indented(line):
    """The managed runtime indents with no-break spaces, which the console keeps."""
    text = line.lstrip(" ")
    return "\u00a0" * (len(line) - len(text)) + text


def iso_time(seconds):
    moment = datetime.fromtimestamp(seconds, tz=timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def peak_memory_reader():
    """Gives the peak of the resident set in KiB, as four bytes."""
    if not sys.platform.startswith("linux"):
        import resource

        return lambda: struct.pack(
            ">I", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        )
    status = os.open("/proc/self/status", os.O_RDONLY)

    def read():
        text = _pread(status, 4096, 0)
        at = text.find(b"VmHWM:")
        kib = 0 if at == -1 else int(text[at + 6 : text.index(b"kB", at)])
        return struct.pack(">I", kib)

    return read


if __name__ == "__main__":
    main()
