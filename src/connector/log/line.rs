//! One line of the log: when, which function of the Web Connector, and what it says.

use std::sync::LazyLock;

use regex::Regex;

/// `20221114.18:53:19 UTC : QBWebConnector.SOAPWebService.do_authenticate() : text`. A half line may stand before it, where
/// the Web Connector was killed while it wrote; old versions leave out `UTC` or the function's class.
static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(\d{4})(\d\d)(\d\d)\.(\d\d:\d\d:\d\d)\s*(?:UTC)?\s*:\s*(?:([\w.]+)\(\) ?: ?)?(.*)$").ok()
});

/// A line.
#[derive(Debug, PartialEq, Eq)]
pub struct Line<'l> {
    /// `2022-11-14 18:53:19`; nothing for a line that goes on from the one before it.
    pub at: Option<String>,
    /// What it says.
    pub says: &'l str,
}

/// Reads a line.
pub fn line(text: &str) -> Line<'_> {
    let found = LINE.as_ref().and_then(|line| line.captures(text));
    let part = |index| found.as_ref().and_then(|found| found.get(index)).map_or("", |part| part.as_str());
    let at = found.is_some().then(|| format!("{}-{}-{} {}", part(1), part(2), part(3), part(4)));
    let says = found.as_ref().and_then(|found| found.get(6)).map_or(text, |says| says.as_str());
    Line { at, says: says.trim() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_all_versions_are_read() {
        let read = |text| {
            let line = line(text);
            (line.at.unwrap_or_default(), line.says.to_owned())
        };
        let of = |at: &str, says: &str| (at.to_owned(), says.to_owned());
        assert_eq!(
            read(
                "20221114.18:53:19 UTC\t: QBWebConnector.SOAPWebService.instantiateWebService() : AppName: My App"
            ),
            of("2022-11-14 18:53:19", "AppName: My App")
        );
        assert_eq!(
            read(
                "192.168.0.17520161123.08:11:47 UTC\t: UpdateThisScheduledApp() : Password management - Started"
            ),
            of("2016-11-23 08:11:47", "Password management - Started")
        );
        assert_eq!(read("20091217.21:26:06 : Hello"), of("2009-12-17 21:26:06", "Hello"));
        assert_eq!(read("HRESULT = 0x80040400"), of("", "HRESULT = 0x80040400"));
        assert_eq!(read("20221114.18:5"), of("", "20221114.18:5"));
    }
}
