export default defineConfig({
  site: 'https://astro.example.com',
  trailingSlash: 'always',
});
