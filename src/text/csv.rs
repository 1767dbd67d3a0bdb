//! Rows of CSV, safe to open in a spreadsheet.

/// A row, with the end of its line.
pub fn row(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|cell| quoted(&cell)).collect();
    cells.join(",") + "\r\n"
}

/// A text that no spreadsheet takes for a formula.
pub fn text(text: &str) -> String {
    let first = text.trim_start_matches(|c: char| c.is_whitespace() && c != '\t' && c != '\r').chars().next();
    match first {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠') => format!("'{text}"),
        _ => text.to_owned(),
    }
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\r', '\n', ';', '\t']) || cell.trim() != cell {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheet_sees_no_formula() {
        let shown =
            ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", " =1", "\r=1", "＝1", "Hale = Co", "", "a-b"].map(text);
        let marked = shown.map(|text| text.starts_with('\''));
        assert_eq!(marked, [true, true, true, true, true, true, true, true, false, false, false]);
    }

    #[test]
    fn a_cell_is_one_cell() {
        let row = row(["a,b", "say \"x\"", "two\nlines", "plain"].map(str::to_owned).into_iter());
        assert_eq!(row, "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",plain\r\n");
    }
}
