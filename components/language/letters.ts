/** The letters of languages that Inter has none for: served by us, in a hundred small files of which a page takes those it needs. */
import "@fontsource-variable/noto-sans-sc/index.css";
