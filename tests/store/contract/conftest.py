"""What the contract's tests begin with: an endpoint, and subscriptions of it in two channels."""

import pytest

from bridge.models import Endpoint, Subscription
from bridge.store.port import Store
from tests.store.making import URL, a_subscription, an_endpoint


@pytest.fixture
async def endpoint(store: Store) -> Endpoint:
    endpoint = an_endpoint()
    await store.endpoints.add(endpoint)
    return endpoint


@pytest.fixture
async def hall(store: Store, endpoint: Endpoint) -> Subscription:
    return await store.subscriptions.save(a_subscription(endpoint))


@pytest.fixture
async def attic(store: Store, endpoint: Endpoint) -> Subscription:
    return await store.subscriptions.save(a_subscription(endpoint, URL + "/attic"))
