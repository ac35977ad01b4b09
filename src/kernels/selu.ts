/** The constants of SELU (Klambauer et al. 2017): with them, activations keep mean 0 and variance 1 from layer to layer. */

export const SELU_SCALE = 1.0507009873554805;
export const SELU_ALPHA = 1.6732632423543772;
