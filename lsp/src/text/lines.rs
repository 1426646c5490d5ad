//! Lines and columns. A line ends with `\n`, `\r\n` or `\r`, as LSP says.

/// What a column counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Encoding {
    Utf8,
    #[default]
    Utf16,
    Utf32,
}

impl Encoding {
    fn width(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
            Self::Utf32 => 1,
        }
    }

    /// How many units a text has.
    pub fn measure(self, text: &str) -> u32 {
        let units = match self {
            Self::Utf8 => text.len(),
            _ if text.is_ascii() => text.len(),
            _ => text.chars().map(|c| self.width(c)).sum(),
        };
        u32::try_from(units).unwrap_or(u32::MAX)
    }
}

/// A zero-based line and column.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    pub line: u32,
    pub column: u32,
}

/// Where each line of a text starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (at, byte) in bytes.iter().enumerate() {
            let ends = *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
            if ends {
                starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
            }
        }
        Self { starts }
    }

    pub fn line_count(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// The line that holds an offset.
    pub fn line_of(&self, offset: u32) -> u32 {
        let after = self.starts.partition_point(|start| *start <= offset);
        u32::try_from(after.saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// Where a line starts; the text's end for lines behind it.
    pub fn line_start(&self, text: &str, line: u32) -> u32 {
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        self.starts.get(line as usize).copied().unwrap_or(end)
    }

    /// A line without its end.
    pub fn line_text<'t>(&self, text: &'t str, line: u32) -> &'t str {
        let (from, to) = (self.line_start(text, line), self.line_start(text, line.saturating_add(1)));
        text[from as usize..to as usize].trim_end_matches(['\n', '\r'])
    }

    /// The byte offset of a position. A column behind the line's end is that end; one within a character is the character's start.
    pub fn offset(&self, text: &str, at: LineColumn, encoding: Encoding) -> u32 {
        let start = self.line_start(text, at.line);
        let line = self.line_text(text, at.line);
        let mut units = 0;
        for (offset, c) in line.char_indices() {
            units += encoding.width(c);
            if units > at.column as usize {
                return start + offset as u32;
            }
        }
        start + line.len() as u32
    }

    /// The position of a byte offset; one within a character is the character's start.
    pub fn position(&self, text: &str, offset: u32, encoding: Encoding) -> LineColumn {
        let mut at = (offset as usize).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.line_of(at as u32);
        let start = self.line_start(text, line) as usize;
        LineColumn { line, column: encoding.measure(&text[start..at]) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Encoding, LineColumn, LineIndex};

    #[track_caller]
    fn check(text: &str, offset: u32, encoding: Encoding, line: u32, column: u32) {
        let lines = LineIndex::new(text);
        let at = LineColumn { line, column };
        assert_eq!(lines.position(text, offset, encoding), at);
        assert_eq!(lines.offset(text, at, encoding), offset);
    }

    #[test]
    fn columns_count_units() {
        let text = "a€𝒳b\r\nc\rd";
        check(text, 1, Encoding::Utf16, 0, 1);
        check(text, 4, Encoding::Utf16, 0, 2);
        check(text, 8, Encoding::Utf16, 0, 4);
        check(text, 8, Encoding::Utf8, 0, 8);
        check(text, 8, Encoding::Utf32, 0, 3);
        check(text, 11, Encoding::Utf16, 1, 0);
        check(text, 13, Encoding::Utf16, 2, 0);
    }

    #[test]
    fn positions_outside_are_clamped() {
        let text = "ab\ncd";
        let lines = LineIndex::new(text);
        let offset = |line, column| lines.offset(text, LineColumn { line, column }, Encoding::Utf16);
        assert_eq!(offset(0, 99), 2);
        assert_eq!(offset(99, 0), 5);
        assert_eq!(offset(u32::MAX, u32::MAX), 5);
        assert_eq!(LineIndex::new("𝒳").offset("𝒳", LineColumn { line: 0, column: 1 }, Encoding::Utf16), 0);
    }
}
