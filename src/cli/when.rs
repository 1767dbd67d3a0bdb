//! Times as people read them.

use chrono::TimeDelta;

use crate::sync::stored::Moment;

/// A moment: `2026-07-01 13:20:08 UTC`.
pub fn at(moment: Moment) -> String {
    moment.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// A moment and how long ago it was: `2026-07-01 13:20:08 UTC (4 minutes ago)`; `never` for none.
pub fn since(moment: Option<Moment>, now: Moment) -> String {
    match moment {
        None => "never".to_owned(),
        Some(moment) if moment > now => format!("{} (in {})", at(moment), length(moment - now)),
        Some(moment) => format!("{} ({} ago)", at(moment), length(now - moment)),
    }
}

/// How long: the largest unit only.
pub fn length(time: TimeDelta) -> String {
    let seconds = time.num_seconds().max(0);
    let (count, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_unit_is_told() {
        let told: Vec<String> = [0, 1, 59, 60, 3_599, 7_200, 172_799, 172_800, -5]
            .into_iter()
            .map(|seconds| length(TimeDelta::seconds(seconds)))
            .collect();
        assert_eq!(
            told.join(", "),
            "0 seconds, 1 second, 59 seconds, 1 minute, 59 minutes, 2 hours, 47 hours, 2 days, 0 seconds"
        );
    }
}
