"""What can go wrong between the page and the service, one type per thing that the reader must be told differently."""


class ServiceError(Exception):
    """The service gave no usable reply; the message says what happened, for the log."""


class ServiceDownError(ServiceError):
    """Nothing answers at the service's address."""


class ServiceSlowError(ServiceError):
    """The service took the request and did not answer in time."""


class ServiceBusyError(ServiceError):
    """503 or 429: try again after ``retry_after_s`` (None where the service does not say)."""

    def __init__(self, message: str, retry_after_s: int | None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class NotReadyError(ServiceBusyError):
    """503: the index is not loaded yet, or there is none."""


class TooManyRequestsError(ServiceBusyError):
    """429: this client asks too often."""


class InvalidRequestError(ServiceError):
    """400, 413 or 422: the service cannot take the question as it stands."""


class UnauthorizedError(ServiceError):
    """401: the service asks for a key that the page does not have."""


class NotFoundError(ServiceError):
    """404: the article is not in the index (any more)."""


class ServiceFailedError(ServiceError):
    """Any other error status, or an error in the middle of a stream."""


class BrokenReplyError(ServiceError):
    """The reply is not what the contract says: another program or another version answers there."""
