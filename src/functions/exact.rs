//! Sums and products that are exact or refused. The decimal library rounds a result that has too many
//! digits and says nothing of it.

use rust_decimal::Decimal;

/// The exact sum, keeping the decimal places of the one that has more (`1.50` + `1.50` is `3.00`).
///
/// # Errors
/// If it has more digits than can be kept.
pub fn exact_sum(a: Decimal, b: Decimal) -> Result<Decimal, String> {
    let attempt =
        |a: Decimal, b: Decimal| a.checked_add(b).filter(|sum| sum.scale() >= a.scale().max(b.scale()));
    attempt(a, b)
        .or_else(|| attempt(a.normalize(), b.normalize()))
        .ok_or_else(|| "the sum has more digits than can be kept exactly".to_owned())
}

/// The exact product, with the decimal places of both (`1.5` * `0.50` is `0.750`).
///
/// # Errors
/// If it has more digits than can be kept.
pub fn exact_product(a: Decimal, b: Decimal) -> Result<Decimal, String> {
    if a.is_zero() || b.is_zero() {
        return Ok(Decimal::ZERO);
    }
    let attempt =
        |a: Decimal, b: Decimal| a.checked_mul(b).filter(|product| product.scale() == a.scale() + b.scale());
    attempt(a, b).or_else(|| attempt(a.normalize(), b.normalize())).ok_or_else(|| {
        "the product has more digits than can be kept exactly; round the numbers first".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::functions::testing::any_number;

    type Exact = fn(Decimal, Decimal) -> Result<Decimal, String>;

    fn shown(exact: Exact, a: &str, b: &str) -> Result<String, String> {
        exact(a.parse().unwrap(), b.parse().unwrap()).map(|result| result.to_string())
    }

    #[test]
    fn a_sum_that_cannot_be_exact_is_refused() {
        assert_eq!(shown(exact_sum, "1.50", "1.50").as_deref(), Ok("3.00"));
        let large = "79228162514264337593543950335";
        assert_eq!(shown(exact_sum, large, "0.0").as_deref(), Ok(large));
        assert!(shown(exact_sum, "1000000000000000.5", "0.0000000000000001").is_err());
        assert!(shown(exact_sum, large, "1").is_err());
    }

    #[test]
    fn a_product_that_cannot_be_exact_is_refused() {
        assert_eq!(shown(exact_product, "1.5", "0.50").as_deref(), Ok("0.750"));
        assert_eq!(shown(exact_product, "0", "12.5").as_deref(), Ok("0"));
        assert!(shown(exact_product, "79228162514264337593543950335", "1.000").is_ok());
        assert!(shown(exact_product, "0.30000000000000004", "6.3933979999999995").is_err());
        assert!(shown(exact_product, "79228162514264337593543950335", "2").is_err());
    }

    /// A number times a power of ten, modulo a prime: two that differ agree by chance only once in 2^61.
    fn modulo(number: Decimal, shift: u32) -> i128 {
        const PRIME: i128 = (1 << 61) - 1;
        let scaled = (0..shift).fold(number.mantissa().rem_euclid(PRIME), |so_far, _| so_far * 10 % PRIME);
        scaled.rem_euclid(PRIME)
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn what_is_given_is_exact(a in any_number(), b in any_number()) {
            const PRIME: i128 = (1 << 61) - 1;
            if let Ok(sum) = exact_sum(a, b) {
                let shift = |of: Decimal| 28 - of.scale();
                let wanted = (modulo(a, shift(a)) + modulo(b, shift(b))) % PRIME;
                prop_assert_eq!(modulo(sum, shift(sum)), wanted, "{} + {} = {}", a, b, sum);
            }
            if let Ok(product) = exact_product(a, b) {
                let wanted = modulo(a, 0) * modulo(b, 0) % PRIME;
                let (ours, theirs) = (product.scale(), a.scale() + b.scale());
                prop_assert!(ours <= theirs);
                prop_assert_eq!(modulo(product, theirs - ours), wanted, "{} * {} = {}", a, b, product);
            }
        }

        #[test]
        fn what_fits_is_given(a in any::<i32>(), b in any::<i32>(), p in 0u32..=14, q in 0u32..=14) {
            let (a, b) = (Decimal::new(a.into(), p), Decimal::new(b.into(), q));
            prop_assert_eq!(exact_sum(a, b).map(|sum| sum - b), Ok(a));
            prop_assert!(exact_product(a, b).is_ok());
        }
    }
}
