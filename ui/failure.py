"""What to tell the reader when there is no answer: what happened, and what to do now."""

from dataclasses import dataclass

from ui.errors import (
    InvalidRequestError,
    NotReadyError,
    ServiceBusyError,
    ServiceDownError,
    ServiceError,
    ServiceSlowError,
    TooManyRequestsError,
    UnauthorizedError,
)


@dataclass(frozen=True, slots=True)
class Failure:
    """``what`` happened, ``advice`` for now; ``again`` when the same question is worth another try."""

    what: str
    advice: str
    again: bool = True


def failure_of(error: ServiceError, service_url: str) -> Failure:
    """Return what the reader should be told about ``error``."""
    match error:
        case ServiceDownError():
            return Failure(
                "借问的后台服务没有在运行。",
                f"它应当在 {service_url}。请在项目目录里运行 make run（连同本页一起启动）或 service（只启动后台），再试一次。",
            )
        case NotReadyError():
            return Failure(
                "后台服务已经启动，但文章还没有准备好。",
                f"{_wait(error)}如果一直这样，请在项目目录里运行 ingest build 重新整理文章。",
            )
        case TooManyRequestsError():
            return Failure("问得太快了，服务请您缓一缓。", _wait(error))
        case InvalidRequestError():
            return Failure("这个问题服务没法接收。", f"请换个短一点的说法再问。（{error}）", again=False)
        case UnauthorizedError():
            return Failure("后台服务要求口令。", "请给本页设置与服务相同的 JIEWEN_API_KEY，再重新启动。")
        case ServiceSlowError():
            return Failure("等了很久还没有等到回答。", "服务可能正忙，请过一会儿再试一次。")
        case _:
            return Failure("后台服务出了差错，没有给出回答。", f"请过一会儿再试一次。（{error}）")


def _wait(error: ServiceBusyError) -> str:
    seconds = error.retry_after_s
    return "请过一会儿再试一次。" if seconds is None else f"请等 {seconds} 秒再试一次。"
