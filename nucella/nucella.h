// The whole of nucella for its users: tensors, ops and gradients.
#pragma once
#include "nucella/grad/grad.h"
#include "nucella/grad/tape.h"
#include "nucella/ops/ops.h"
#include "nucella/tensor/create.h"
#include "nucella/tensor/tensor.h"
